/**
 * From plaintext to what is stored, and back.
 *
 * <p>A <em>codec</em> is a list of reversible <em>steps</em> (zstd, then age), run forward to store
 * and backward to load. Source: {@code docs/format.md}, section 2.
 */
@NullMarked
package dev.firkin.codec;

import org.jspecify.annotations.NullMarked;
