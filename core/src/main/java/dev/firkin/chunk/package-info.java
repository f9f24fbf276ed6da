/**
 * Cutting bytes into chunks, and naming chunks.
 *
 * <p>A <em>chunk</em> is a run of plaintext bytes that is stored as one object; its <em>id</em> is
 * a 256-bit hash of them. Where the cuts fall depends on the content alone ({@link
 * dev.firkin.chunk.FastCdcChunker}), so that inserted bytes move few of them. This room knows bytes
 * only. Source: {@code docs/format.md}, sections 4 and 5.
 */
@NullMarked
package dev.firkin.chunk;

import org.jspecify.annotations.NullMarked;
