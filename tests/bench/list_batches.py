"""Lists batch files as reference receiver-service.md describes it: scan, stat, count lines, parse, sort."""
import os
import re
import sys

folder = sys.argv[1]
pattern = re.compile(r"messages_batch_(\d{4,})\.txt$")
number = re.compile(r"Message #(-?\d+): ")
rows = []
for name in os.listdir(folder):
    match = pattern.match(name)
    if not match:
        continue
    path = os.path.join(folder, name)
    stat = os.stat(path)
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.readlines()
    numbers = [m.group(1) for m in map(number.search, lines) if m]
    rows.append({
        "id": int(match.group(1)), "filename": name, "message_count": len(lines), "file_size_bytes": stat.st_size,
        "date_created": stat.st_ctime, "date_modified": stat.st_mtime,
        "first_message_number": int(numbers[0]) if numbers else None,
        "last_message_number": int(numbers[-1]) if numbers else None,
    })
rows.sort(key=lambda row: row["id"])
print(len(rows), sum(row["message_count"] for row in rows))
