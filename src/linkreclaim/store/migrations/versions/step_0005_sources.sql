ALTER TABLE target ADD COLUMN sources INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE dead_page ADD COLUMN sources INTEGER DEFAULT '0' NOT NULL;
DROP INDEX dead_page_facts;
DROP INDEX dead_page_by_folder;
CREATE INDEX dead_page_by_sources ON dead_page (run_id, sources, rank);
CREATE INDEX dead_page_facts ON dead_page (run_id, verdict, cause, disposition, state, changed, folder, host, sources, match_confidence_0_1, links, referring_domains, rank, merit);
CREATE INDEX dead_page_by_folder ON dead_page (run_id, folder, verdict, cause, disposition, state, changed, host, sources, match_confidence_0_1, links, referring_domains, rank, merit);
ALTER TABLE dead_page_cell RENAME TO former_cell;
CREATE TABLE dead_page_cell (
  run_id INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  cause TEXT NOT NULL,
  disposition TEXT NOT NULL,
  state TEXT NOT NULL,
  changed BOOLEAN NOT NULL,
  folder TEXT NOT NULL,
  host TEXT NOT NULL,
  sources INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  PRIMARY KEY (run_id, verdict, cause, disposition, state, changed, folder, host, sources),
  FOREIGN KEY(run_id) REFERENCES run (id)
)
 WITHOUT ROWID;
INSERT INTO dead_page_cell
  SELECT run_id, verdict, cause, disposition, state, changed, folder, host, 0, pages FROM former_cell;
DROP TABLE former_cell;
