-- The first version holds nothing but schema_version, which each engine makes itself before it reads this.
SELECT 1;
