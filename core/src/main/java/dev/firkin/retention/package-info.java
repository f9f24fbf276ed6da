/**
 * What to keep of a volume's snapshots, and why. Of times and names alone: nothing here reads a
 * store or a disk.
 *
 * <p>A <em>policy</em> says how long everything is kept, and for how long the first snapshot of
 * each hour, day, week, month and year is. A <em>verdict</em> says of one snapshot whether it is
 * kept, and why.
 */
@NullMarked
package dev.firkin.retention;

import org.jspecify.annotations.NullMarked;
