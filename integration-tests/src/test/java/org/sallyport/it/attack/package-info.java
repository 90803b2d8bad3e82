/**
 * The attack corpus: each row as a hostile plugin ({@code hostile}) that is let in as a stranger's, told to attack by a tool call, and looked at from
 * outside.
 */
package org.sallyport.it.attack;
