/**
 * firkin under systemd: the units of the nightly job, and what it tells systemd while it runs.
 *
 * <p>Sources: systemd.service(5), systemd.exec(5), systemd.timer(5), systemd.syntax(7),
 * sd_notify(3).
 */
@NullMarked
package dev.firkin.cli.systemd;

import org.jspecify.annotations.NullMarked;
