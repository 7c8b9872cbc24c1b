/** SQL: whether `$2` is the id of a user, group or role of the account `$1`, which policies may hang on. */
export const ownerExists = `(EXISTS (SELECT 1 FROM iam_users WHERE account = $1 AND user_id = $2)
  OR EXISTS (SELECT 1 FROM iam_groups WHERE account = $1 AND group_id = $2)
  OR EXISTS (SELECT 1 FROM iam_roles WHERE account = $1 AND role_id = $2))`
