CREATE TABLE `alert_member` (
	`alert_id` integer NOT NULL,
	`monitor_id` integer NOT NULL,
	PRIMARY KEY(`alert_id`, `monitor_id`),
	FOREIGN KEY (`alert_id`) REFERENCES `alert`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `alert_member_monitor` ON `alert_member` (`monitor_id`);--> statement-breakpoint
-- Those that are known of earlier alerts: who left them before is not.
INSERT OR IGNORE INTO `alert_member` (`alert_id`, `monitor_id`)
SELECT alert.id, json_extract(member.value, '$.monitorId') FROM alert, json_each(alert.members) AS member;
