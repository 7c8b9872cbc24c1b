-- The head of what is sealed names its master key. Each start asks which ones there are, and recordings may be many.
CREATE INDEX recordings_by_master_key ON recordings (SUBSTR(sealed_key, 1, 12));

CREATE INDEX iam_access_keys_by_master_key ON iam_access_keys (SUBSTR(sealed_secret, 1, 12));

CREATE INDEX iam_mfa_devices_by_master_key ON iam_mfa_devices (SUBSTR(sealed_seed, 1, 12));

CREATE INDEX kms_materials_by_master_key ON kms_materials (SUBSTR(sealed_material, 1, 12));
