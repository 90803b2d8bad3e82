/**
 * Attacks, each a component of its own. The tests compile these sources as a stranger would and pack one row of the corpus into one plugin; nothing
 * of this package runs in the tests themselves.
 */
package hostile;
