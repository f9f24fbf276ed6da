/**
 * Real btrfs filesystems on loop devices: the fixture, trees to fill them with, and their tests.
 */
@NullMarked
package dev.firkin.it.btrfs;

import org.jspecify.annotations.NullMarked;
