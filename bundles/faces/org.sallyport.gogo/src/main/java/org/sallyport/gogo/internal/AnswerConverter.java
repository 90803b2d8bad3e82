package org.sallyport.gogo.internal;

import java.util.Collection;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.sallyport.spi.admin.Rendering;

/** Shows records line by line, lists of records as tables, and failures as one sentence. Converts nothing. */
@Component(service = Converter.class, property = Converter.CONVERTER_CLASSES + "=java.lang.Record")
public final class AnswerConverter implements Converter {
    @Override
    public @Nullable Object convert(Class<?> type, Object in) {
        return null;
    }

    @Override
    public @Nullable CharSequence format(Object target, int level, Converter escape) {
        if (target instanceof Throwable failure) {
            return failure instanceof CommandFailedException ? failure.getMessage() : Rendering.failure(failure);
        }
        boolean ours = target instanceof Record
                || target instanceof Collection<?> all
                        && !all.isEmpty()
                        && all.stream().allMatch(Record.class::isInstance);
        if (!ours) {
            return null;
        }
        return level == INSPECT ? Rendering.text(target) : Rendering.line(target);
    }
}
