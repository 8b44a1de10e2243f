"""An invented province: organisations, people, careers, scans, and a month under way after one that is signed."""
