package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests where PostgreSQL is not installed, and says so. With {@code -Dpostgres.required=true} they run, and fail
 * there.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresPostgres.Condition.class)
public @interface RequiresPostgres {
    /** Whether it is installed. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                if (PostgresServer.programs().isPresent()) {
                    return ConditionEvaluationResult.enabled("PostgreSQL is installed");
                } else if (Boolean.getBoolean("postgres.required")) {
                    return ConditionEvaluationResult.enabled("PostgreSQL has to be installed");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            System.err.println("SKIPPED " + context.getDisplayName() + ": PostgreSQL is not installed");
            return ConditionEvaluationResult.disabled("PostgreSQL is not installed");
        }
    }
}
