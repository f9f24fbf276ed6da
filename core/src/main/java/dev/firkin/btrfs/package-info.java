/**
 * The operating system: btrfs subvolumes, {@code btrfs send} and {@code btrfs receive}, and the
 * comparison of two trees.
 *
 * <dl>
 *   <dt>subvolume
 *   <dd>a tree of its own inside a btrfs filesystem; its root directory has inode 256
 *   <dt>snapshot
 *   <dd>a subvolume that began as a copy of another one, its <em>origin</em>, whose UUID it keeps
 *       as its parent UUID; only read-only ones can be sent
 *   <dt>received UUID
 *   <dd>the stream UUID of the subvolume that this one was received from; set, and the subvolume
 *       made read-only, as the last step of {@code btrfs receive}
 *   <dt>stream UUID
 *   <dd>what {@code btrfs send} calls a subvolume: its received UUID where set, else its UUID
 *   <dt>nested subvolume
 *   <dd>a subvolume below another one; in a snapshot of that one it is an empty directory with
 *       inode 2, and not part of what is sent
 *   <dt>partial subvolume
 *   <dd>what an interrupted {@code btrfs receive} leaves: writable, without a received UUID
 * </dl>
 *
 * <p>Sources: Linux {@code include/uapi/linux/btrfs.h} and {@code btrfs_tree.h}; behaviour measured
 * on Linux 6.18 with btrfs-progs 6.2. The layouts are those of 64-bit Linux, little endian.
 */
@NullMarked
package dev.firkin.btrfs;

import org.jspecify.annotations.NullMarked;
