using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// The values behind a key column (its <c>KeyValues</c> annotation), in their own type, so that <c>MapKeyToValue</c> after
/// a trainer gives back what <c>MapValueToKey</c> took in, and the same after saving and loading.
/// </summary>
internal abstract class LabelValues
{
    /// <summary>One entry a class.</summary>
    public abstract int Count { get; }

    /// <summary>The values as text, for <c>SlotNames</c> and confusion tables.</summary>
    public abstract ReadOnlyMemory<char>[] Names { get; }

    /// <summary>These and one more.</summary>
    /// <exception cref="InvalidOperationException">The values are not text.</exception>
    public abstract LabelValues Append(string name);

    /// <summary>Adds them to a column's annotations under <paramref name="name"/>.</summary>
    public abstract void Annotate(DataViewSchema.Annotations.Builder annotations, string name);

    public abstract void Save(BinaryWriter fields);

    /// <summary>Reads them from a key column; null if it has none, or of a type that no file format here knows.</summary>
    public static LabelValues? Of(DataViewSchema.Column key)
    {
        if (key.Annotations.Schema.GetColumnOrNull(ColumnAnnotations.KeyValues) is not { Type: VectorDataViewType type })
            return null;
        return Array.Find(Kinds, kind => kind.Type.Equals(type.ItemType))?.Read(key);
    }

    public static LabelValues? Load(ModelReader reader)
    {
        byte code = reader.Fields.ReadByte();
        if (code == 0)
            return null;
        var kind = Array.Find(Kinds, k => k.Code == code) ?? throw reader.Damaged($"label value type {code} is unknown");
        return kind.Load(reader);
    }

    public static void Save(LabelValues? values, BinaryWriter fields)
    {
        if (values is null)
            fields.Write((byte)0);
        else
            values.Save(fields);
    }

    // The codes stand in model files.
    private static readonly Kind[] Kinds =
    [
        new Kind<ReadOnlyMemory<char>>(1, TextDataViewType.Instance, (w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory(), v => v.ToString()),
        new Kind<bool>(2, BooleanDataViewType.Instance, (w, v) => w.Write(v), r => r.ReadBoolean(), v => v ? "True" : "False"),
        new Kind<sbyte>(3, NumberDataViewType.SByte, (w, v) => w.Write(v), r => r.ReadSByte(), Invariant),
        new Kind<byte>(4, NumberDataViewType.Byte, (w, v) => w.Write(v), r => r.ReadByte(), Invariant),
        new Kind<short>(5, NumberDataViewType.Int16, (w, v) => w.Write(v), r => r.ReadInt16(), Invariant),
        new Kind<ushort>(6, NumberDataViewType.UInt16, (w, v) => w.Write(v), r => r.ReadUInt16(), Invariant),
        new Kind<int>(7, NumberDataViewType.Int32, (w, v) => w.Write(v), r => r.ReadInt32(), Invariant),
        new Kind<uint>(8, NumberDataViewType.UInt32, (w, v) => w.Write(v), r => r.ReadUInt32(), Invariant),
        new Kind<long>(9, NumberDataViewType.Int64, (w, v) => w.Write(v), r => r.ReadInt64(), Invariant),
        new Kind<ulong>(10, NumberDataViewType.UInt64, (w, v) => w.Write(v), r => r.ReadUInt64(), Invariant),
        new Kind<float>(11, NumberDataViewType.Single, (w, v) => w.Write(v), r => r.ReadSingle(), Invariant),
        new Kind<double>(12, NumberDataViewType.Double, (w, v) => w.Write(v), r => r.ReadDouble(), Invariant),
        new Kind<DateTime>(13, DateTimeDataViewType.Instance, (w, v) => w.Write(v.Ticks), r => new DateTime(r.ReadInt64()), Invariant),
        new Kind<TimeSpan>(14, TimeSpanDataViewType.Instance, (w, v) => w.Write(v.Ticks), r => new TimeSpan(r.ReadInt64()), Invariant),
    ];

    private static string Invariant<T>(T value)
        where T : IFormattable
        => value.ToString(null, CultureInfo.InvariantCulture);

    private abstract record Kind(byte Code, DataViewType Type)
    {
        public abstract LabelValues Read(DataViewSchema.Column key);

        public abstract LabelValues Load(ModelReader reader);
    }

    private sealed record Kind<T>(byte Code, PrimitiveDataViewType ItemType, Action<BinaryWriter, T> Write, Func<BinaryReader, T> ReadOne, Func<T, string> Text)
        : Kind(Code, ItemType)
    {
        public override LabelValues Read(DataViewSchema.Column key)
        {
            VBuffer<T> values = default;
            key.Annotations.GetValue(ColumnAnnotations.KeyValues, ref values);
            return new Values<T>(this, [.. values.DenseValues()]);
        }

        public override LabelValues Load(ModelReader reader)
        {
            var values = new T[reader.ReadLength("number of label values", 1)];
            for (int i = 0; i < values.Length; i++)
                values[i] = ReadOne(reader.Fields);
            return new Values<T>(this, values);
        }
    }

    private sealed class Values<T>(Kind<T> kind, T[] values) : LabelValues
    {
        public override int Count => values.Length;

        public override ReadOnlyMemory<char>[] Names { get; } = [.. values.Select(value => kind.Text(value).AsMemory())];

        public override LabelValues Append(string name) => values is ReadOnlyMemory<char>[] texts
            ? new Values<ReadOnlyMemory<char>>((Kind<ReadOnlyMemory<char>>)(Kind)kind, [.. texts, name.AsMemory()])
            : throw new InvalidOperationException($"The label's values are of type {kind.ItemType}; the name '{name}' cannot be added, which takes text.");

        public override void Annotate(DataViewSchema.Annotations.Builder annotations, string name)
            => ColumnAnnotations.AddVector(annotations, name, kind.ItemType, values);

        public override void Save(BinaryWriter fields)
        {
            fields.Write(kind.Code);
            fields.Write(values.Length);
            foreach (var value in values)
                kind.Write(fields, value);
        }
    }
}
