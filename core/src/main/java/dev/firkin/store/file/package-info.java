/**
 * The store in a folder.
 *
 * <p>An object is a file, at its key as a relative path. It is written to a file of its own in
 * {@code .tmp/}, made durable there, and then published by one system call: {@code link(2)} for
 * "only if absent", {@code rename(2)} else. So readers see whole objects only, and a crash leaves
 * at worst a file in {@code .tmp/}, where keys cannot point to.
 */
@NullMarked
package dev.firkin.store.file;

import org.jspecify.annotations.NullMarked;
