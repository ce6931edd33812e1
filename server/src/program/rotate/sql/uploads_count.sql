-- One row is a key number and how many keys of files in uploads it has sealed.
SELECT get_byte(content_key, 1), count(*) FROM uploads GROUP BY 1
