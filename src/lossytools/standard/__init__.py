"""What DICOM says, as tables: data only, each row with its clause."""
