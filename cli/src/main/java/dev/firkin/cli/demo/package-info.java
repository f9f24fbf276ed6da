/**
 * The whole story on this machine, as a tutorial: {@code firkin demo}.
 *
 * <dl>
 *   <dt>stage
 *   <dd>the temporary folder that everything happens in, with what is mounted there and the
 *       processes that run for it; it leaves nothing behind, however the program ends
 *   <dt>story
 *   <dd>what is done on the stage, in sections: a sentence, the command, its output
 *   <dt>recorded story
 *   <dd>the same on a send stream that this program ships, for machines without root or btrfs
 * </dl>
 */
@NullMarked
package dev.firkin.cli.demo;

import org.jspecify.annotations.NullMarked;
