/**
 * Stores around stores: what is true of every backend is said once, here.
 *
 * <p>The usual order, from the outside in: retrying, paced, throttled, gauged, metered, backend. So
 * every attempt is counted and paid for in bandwidth, and waiting for bandwidth is taken neither
 * for an outage nor for a slow line.
 *
 * <dl>
 *   <dt>outage
 *   <dd>a time in which calls fail retryably and none succeeds. It begins with the first failure
 *       and ends with the next success of any thread.
 *   <dt>full jitter
 *   <dd>a random wait between nothing and an exponentially growing bound, so that many clients that
 *       lost the same server do not come back in step.
 * </dl>
 */
@NullMarked
package dev.firkin.store.decorator;

import org.jspecify.annotations.NullMarked;
