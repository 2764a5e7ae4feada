/** By what a request says that a run's faults may act on what is done for it. */
export interface RequestTag {
  readonly run: string;
  /** Signs the run's name, so that nobody can tag requests who was not told how. */
  readonly key: string;
}

/** How often incoming requests were tagged, and how often a tag could not be read or was not signed by the run. */
export interface TagCounts {
  readonly tagged: number;
  readonly malformed: number;
}
