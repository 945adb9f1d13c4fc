package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Arrays of floats in saved states: their length, then their raw bits, so that what is read back is what was written. */
final class Floats {

    private Floats() {}

    static void write(DataOutput out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeInt(Float.floatToRawIntBits(value));
        }
    }

    /**
     * @param lengthMax more is a damaged file, found before it takes the memory
     */
    static float[] read(DataInput in, int lengthMax) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > lengthMax) {
            throw new IOException("damaged: an array of " + length + " numbers where at most " + lengthMax + " can be");
        }
        float[] values = new float[length];
        fill(in, values);
        return values;
    }

    static void readInto(DataInput in, float[] values) throws IOException {
        int length = in.readInt();
        if (length != values.length) {
            throw new IOException("damaged: an array of " + length + " numbers where " + values.length + " belong");
        }
        fill(in, values);
    }

    private static void fill(DataInput in, float[] values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(in.readInt());
        }
    }
}
