using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Scoring;

/// <summary>Values of ML.NET's columns as text.</summary>
internal static class CellText
{
    public static string Of(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Reads a column of texts, numbers, flags or keys (by what they stand for).</summary>
    /// <exception cref="InvalidDataException">The column is of another type.</exception>
    public static Func<string> Getter(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case TextDataViewType:
                var texts = cursor.GetGetter<ReadOnlyMemory<char>>(column);
                return () =>
                {
                    ReadOnlyMemory<char> value = default;
                    texts(ref value);
                    return value.ToString();
                };
            case KeyDataViewType key when key.RawType == typeof(uint):
                var keys = cursor.GetGetter<uint>(column);
                string[]? names = KeyNames(column);
                return () =>
                {
                    uint value = 0;
                    keys(ref value);
                    return value == 0 ? "" : names is null ? value.ToString(CultureInfo.InvariantCulture) : names[value - 1];
                };
            case BooleanDataViewType:
                var flags = cursor.GetGetter<bool>(column);
                return () =>
                {
                    bool value = false;
                    flags(ref value);
                    return value ? "true" : "false";
                };
            case NumberDataViewType { RawType: var raw } when raw == typeof(float):
                var numbers = cursor.GetGetter<float>(column);
                return () =>
                {
                    float value = 0;
                    numbers(ref value);
                    return Of(value);
                };
            case NumberDataViewType { RawType: var raw } when raw == typeof(uint) || raw == typeof(byte) || raw == typeof(int):
                return Whole(cursor, column, raw);
            default:
                throw new InvalidDataException($"the column '{column.Name}' is of type {column.Type}; expected text, a key, a flag or a number");
        }
    }

    /// <summary>Names of the classes: those that the scores' slots have, else those of the keys, else numbers from 1.</summary>
    public static string[] NamesOf(DataViewSchema.Column score, DataViewSchema.Column predicted, int classes)
    {
        if (score.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            score.GetSlotNames(ref names);
            if (names.Length == classes)
                return [.. names.DenseValues().Select(name => name.ToString())];
        }
        return KeyNames(predicted) is { } keys && keys.Length == classes ? keys : [.. Enumerable.Range(1, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }

    private static Func<string> Whole(DataViewRowCursor cursor, DataViewSchema.Column column, Type raw)
    {
        if (raw == typeof(uint))
            return Read<uint>(cursor, column);
        return raw == typeof(byte) ? Read<byte>(cursor, column) : Read<int>(cursor, column);
    }

    private static Func<string> Read<TValue>(DataViewRowCursor cursor, DataViewSchema.Column column)
        where TValue : struct, IFormattable
    {
        var getter = cursor.GetGetter<TValue>(column);
        return () =>
        {
            TValue value = default;
            getter(ref value);
            return value.ToString(null, CultureInfo.InvariantCulture);
        };
    }

    private static string[]? KeyNames(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType { ItemType: var item } })
            return null;
        if (item is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.GetKeyValues(ref texts);
            return [.. texts.DenseValues().Select(text => text.ToString())];
        }
        return item.RawType == typeof(float) ? Numbers<float>(column) : item.RawType == typeof(uint) ? Numbers<uint>(column)
            : item.RawType == typeof(int) ? Numbers<int>(column) : item.RawType == typeof(byte) ? Numbers<byte>(column) : item.RawType == typeof(bool) ? Flags(column) : null;
    }

    private static string[] Numbers<TValue>(DataViewSchema.Column column)
        where TValue : struct, IFormattable
    {
        VBuffer<TValue> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString(null, CultureInfo.InvariantCulture))];
    }

    private static string[] Flags(DataViewSchema.Column column)
    {
        VBuffer<bool> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value ? "true" : "false")];
    }
}
