/**
 * The btrfs send-stream format: bytes only, no operating system.
 *
 * <dl>
 *   <dt>stream
 *   <dd>what {@code btrfs send} prints: a header (magic and version), commands, and an {@code END}
 *       command; {@code btrfs send A B} prints several of these back to back
 *   <dt>command
 *   <dd>a 10-byte header (length of the body, number, CRC) and a body of attributes
 *   <dt>attribute
 *   <dd>type, length, value; from protocol version 2 on, {@code DATA} has no length and takes the
 *       rest of the body
 *   <dt>payload
 *   <dd>the value of {@code DATA} in {@code WRITE} and {@code ENCODED_WRITE}: the contents of files
 *   <dt>data
 *   <dd>all payloads of a stream, concatenated in stream order
 *   <dt>commands (of a split stream)
 *   <dd>all its other bytes, in stream order; the two are woven together again by the lengths that
 *       stand in the commands
 *   <dt>opaque stream
 *   <dd>bytes that are no btrfs send stream: no commands, all data
 * </dl>
 *
 * <p>All integers are little endian. Source of the numbers: Linux {@code fs/btrfs/send.h}; of the
 * rules of reading: btrfs-progs {@code common/send-stream.c}.
 */
@NullMarked
package dev.firkin.sendstream;

import org.jspecify.annotations.NullMarked;
