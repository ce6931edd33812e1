-- One row is a key number and how many keys of files in attachments it has sealed.
SELECT get_byte(content_key, 1), count(*) FROM attachments GROUP BY 1
