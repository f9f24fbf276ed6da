/**
 * What a repository consists of, as immutable values that reject what cannot be.
 *
 * <p>A <em>reference</em> names a chunk and its two lengths; a <em>chunk run</em> is the sequence
 * of references that makes up the commands or the data of a stream, written out in <em>pages</em>;
 * a <em>manifest</em> is a snapshot: what makes it exist. How they are written is no business of
 * this package ({@code repository.v1}). Source: {@code docs/format.md}.
 */
@NullMarked
package dev.firkin.repository.model;

import org.jspecify.annotations.NullMarked;
