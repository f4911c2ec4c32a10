"""Writers of results: tables, the provenance record and the HTML report, all from one :class:`RunResult`."""
