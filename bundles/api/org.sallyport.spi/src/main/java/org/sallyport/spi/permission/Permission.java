package org.sallyport.spi.permission;

/**
 * One permission. It is written {@code type.action:scope}, such as {@code file.read:/etc/hosts} or
 * {@code net.connect:*.example.org:443}; without a scope it is good wherever its type allows.
 *
 * @param type such as {@code file}, {@code net}, {@code env}
 * @param action such as {@code read}, {@code connect}
 * @param scope where it is good, in the form of its type; empty for wherever the type allows
 */
public record Permission(String type, String action, String scope) {
    @Override
    public String toString() {
        return type + '.' + action + (scope.isEmpty() ? "" : ':' + scope);
    }
}
