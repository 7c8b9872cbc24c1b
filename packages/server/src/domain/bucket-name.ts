/**
 * S3 user guide, "General purpose bucket naming rules", but for the prefixes and suffixes of names that S3 makes itself and
 * has added later.
 */
export const bucketName = /^(?!\d{1,3}(?:\.\d{1,3}){3}$)(?!.*\.\.)(?!xn--|sthree-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
