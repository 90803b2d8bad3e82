package org.sallyport.launcher.internal.guard;

/** The main class of the process that attaches the agent to another: {@code PID JAR}. */
public final class Attacher {
    private Attacher() {}

    /** Runs it. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        // By name, as the module is none of those that the host needs.
        Class<?> machine = Class.forName("com.sun.tools.attach.VirtualMachine");
        Object attached = machine.getMethod("attach", String.class).invoke(null, arguments[0]);
        machine.getMethod("loadAgent", String.class).invoke(attached, arguments[1]);
        machine.getMethod("detach").invoke(attached);
    }
}
