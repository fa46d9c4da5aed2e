CREATE TABLE `worst_evaluation` (
	`version_id` integer NOT NULL,
	`metric` text NOT NULL,
	`window_start_ms` integer NOT NULL,
	`evaluation_id` integer NOT NULL,
	`monitor_id` integer NOT NULL,
	`window_end_ms` integer NOT NULL,
	`verdict` text NOT NULL,
	`value` real,
	`limit_value` real,
	`n` integer NOT NULL,
	`revision` integer NOT NULL,
	`judged` integer NOT NULL,
	`breached` integer NOT NULL,
	PRIMARY KEY(`version_id`, `metric`, `window_start_ms`),
	FOREIGN KEY (`evaluation_id`) REFERENCES `evaluation`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `worst_evaluation_evaluation` ON `worst_evaluation` (`evaluation_id`);--> statement-breakpoint
INSERT INTO `worst_evaluation` (version_id, metric, window_start_ms, evaluation_id, monitor_id, window_end_ms, verdict, value, limit_value, n, revision,
	judged, breached)
SELECT version_id, metric, window_start_ms, id, monitor_id, window_end_ms, verdict, value, limit_value, n, revision,
	judged, breached FROM (
	SELECT evaluation.*, monitor.metric,
		row_number() OVER (cell ORDER BY
			CASE WHEN monitor.metric IN ('label_coverage', 'accuracy', 'f1', 'roc_auc') THEN limit_value / nullif(value, 0)
				ELSE value / nullif(limit_value, 0) END DESC NULLS LAST,
			CASE WHEN monitor.metric IN ('label_coverage', 'accuracy', 'f1', 'roc_auc') THEN -value ELSE value END DESC NULLS LAST,
			evaluation.id) AS place,
		count(*) OVER cell AS judged,
		sum(verdict IN ('drift', 'severe', 'all_missing', 'type_changed')) OVER cell AS breached
	FROM evaluation JOIN monitor ON monitor.id = evaluation.monitor_id
	WHERE evaluation.is_newest = 1
		AND monitor.profile_id = (SELECT profile_id FROM version WHERE version.id = evaluation.version_id)
	WINDOW cell AS (PARTITION BY evaluation.version_id, monitor.metric, evaluation.window_start_ms)
) WHERE place = 1;
