/**
 * The file that says what the nightly job does, and its reader.
 *
 * <p>A <em>target</em> is a repository of the file with all that is said about it. A
 * <em>volume</em> is a subvolume of this host with its snapshots and where they go; a
 * <em>destination</em> is a target of a volume, with what is kept of the volume there. A
 * <em>problem</em> is a mistake in the file, with its line; a file with any is not used at all. A
 * <em>name format</em> names local snapshots by the time when they are taken, {@code home.%Y%m%d};
 * a <em>copy</em> is the number behind a name that was taken already, {@code home.20261122_1}.
 */
@NullMarked
package dev.firkin.cli.config;

import org.jspecify.annotations.NullMarked;
