"""Places that the tables speak of, and the rows that make them."""

from .row import row

B = "/v1/buckets/$b"
C = f"{B}/collections/things"
R = f"{C}/records"
G = f"{B}/groups"


def made(*records):
    """A bucket, a collection, and these records."""
    return [
        row(f"PUT {B}", 201),
        row(f"PUT {C}", 201),
        *(row(f"PUT {R}/{record['id']}", 201, json={"data": record}) for record in records),
    ]
