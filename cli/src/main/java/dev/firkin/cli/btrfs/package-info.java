/**
 * What joins btrfs and the pipelines: which snapshot is sent on which parent, {@code btrfs send} as
 * a producer, {@code btrfs receive} as a receiver.
 */
@NullMarked
package dev.firkin.cli.btrfs;

import org.jspecify.annotations.NullMarked;
