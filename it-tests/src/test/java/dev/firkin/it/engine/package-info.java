/**
 * The engine against real stores: pushes, restores, interruptions, forgeries.
 *
 * <dl>
 *   <dt>host
 *   <dd>a machine that uses a repository: a configuration folder of its own and its way to the
 *       store ({@link dev.firkin.it.engine.Host}); a fresh host knows nothing
 * </dl>
 */
@NullMarked
package dev.firkin.it.engine;

import org.jspecify.annotations.NullMarked;
