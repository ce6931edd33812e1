-- A row is an object that the store of files may hold; with its size and a name when it must hold it.
SELECT tenant_id, object, bytes, 'attachments ' || id FROM attachments
UNION ALL
SELECT tenant_id, object, CASE WHEN stored THEN bytes END, CASE WHEN stored THEN 'uploads ' || id END FROM uploads
UNION ALL
SELECT tenant_id, object, NULL, NULL FROM discarded_files
