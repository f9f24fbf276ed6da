/**
 * Objects by key, in a place that may be slow, far away, shared, or gone for days.
 *
 * <p>The terms, as this package and everything above it use them:
 *
 * <dl>
 *   <dt>store
 *   <dd>a flat map from keys to objects, kept by someone else: an S3 bucket (or a prefix of one), a
 *       folder, or memory. {@link dev.firkin.store.ObjectStore} is all that Firkin asks of one.
 *   <dt>object
 *   <dd>bytes under a key, written and read as a whole; never appended to and never seen half
 *       written.
 *   <dt>version
 *   <dd>an opaque token that changes when an object is overwritten ({@link
 *       dev.firkin.store.Version}); an ETag where the store is S3.
 *   <dt>condition
 *   <dd>what must hold for a put to take effect ({@link dev.firkin.store.PutCondition}). The store
 *       itself decides, atomically, so that two hosts cannot both be first.
 *   <dt>retryable
 *   <dd>of a failure: the same call may succeed later without anyone doing anything. The backend
 *       classifies, {@link dev.firkin.store.decorator.RetryingStore} alone retries.
 *   <dt>decorator
 *   <dd>a store around a store: retrying, throttled, metered. Each passes the same contract suite
 *       as the backends.
 * </dl>
 *
 * <p>Keys and bytes are all this package knows: not what they mean, and not whether they are
 * encrypted.
 */
@NullMarked
package dev.firkin.store;

import org.jspecify.annotations.NullMarked;
