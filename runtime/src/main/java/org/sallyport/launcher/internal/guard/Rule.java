package org.sallyport.launcher.internal.guard;

import java.util.List;

/**
 * One check at the begin of one method.
 *
 * @param number its index in the table
 * @param owner internal name of the class
 * @param method its name
 * @param descriptor its descriptor (JVMS 4.3.3)
 * @param act what the method does, a name of {@link Acts}
 * @param arguments which arguments the act is told of: indices, or {@link #THIS}; at most three
 * @param replaces whether the answer takes the place of the first of them
 * @param whose whose rights count
 */
record Rule(
        int number,
        String owner,
        String method,
        String descriptor,
        String act,
        List<Integer> arguments,
        boolean replaces,
        Whose whose) {
    /** Stands for the object whose method it is. */
    static final int THIS = -1;

    /** Whose rights count. */
    enum Whose {
        /** All on the stack. */
        ALL,
        /** The same, behind class loaders too. */
        STRICT,
        /** The nearest caller that is no plumbing of reflection or handles. */
        NEAR,
        /** Who the thread works for, without a look at who calls: what is done so often that such a look would be dear. */
        DOER,
        /** The bundle whose context or registration the first argument is. */
        BUNDLE,
        /** The class that is the first argument. */
        ARGUMENT
    }

    Rule {
        arguments = List.copyOf(arguments);
        if (arguments.size() > 3) {
            throw new IllegalArgumentException(
                    "rule [" + owner + '.' + method + descriptor + "] tells of more than [3] arguments");
        }
    }

    @Override
    public String toString() {
        return owner + '.' + method + descriptor;
    }
}
