-- Keys of the Key Management Service. deletion_at is set while the key is pending deletion, the other two columns
-- of times while it is rotated by itself.
CREATE TABLE kms_keys (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  key_id TEXT NOT NULL,
  description TEXT NOT NULL,
  state TEXT NOT NULL,
  policy TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deletion_at BIGINT,
  rotation_days INTEGER,
  next_rotation_at BIGINT,
  -- Which of its materials encrypts.
  material_version INTEGER NOT NULL,
  material_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (account, region, key_id)
);

CREATE INDEX kms_keys_due ON kms_keys (account, region, deletion_at)
  WHERE deletion_at IS NOT NULL;

-- What keys encrypt with, sealed with the master key. Older versions only decrypt. The first has no rotation_type.
CREATE TABLE kms_materials (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  key_id TEXT NOT NULL,
  material_version INTEGER NOT NULL,
  material_id TEXT NOT NULL,
  sealed_material TEXT NOT NULL,
  rotation_type TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account, region, key_id, material_version)
);

-- alias_name is whole: alias/NAME.
CREATE TABLE kms_aliases (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  alias_name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account, region, alias_name)
);

CREATE INDEX kms_aliases_by_key ON kms_aliases (account, region, key_id, alias_name);
