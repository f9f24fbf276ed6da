/**
 * How long work gets on: one line that rewrites itself on a terminal, a plain line now and then
 * elsewhere, objects in JSON. A <em>meter</em> puts it into words, a <em>ticker</em> decides when
 * and where to say it.
 */
@NullMarked
package dev.firkin.cli.progress;

import org.jspecify.annotations.NullMarked;
