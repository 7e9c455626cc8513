using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>What rows can be asked: one of some tasks, by a key, which is a one-hot vector to the network, or any vector of a width.</summary>
/// <param name="Width">Number of tasks, or of numbers in a vector.</param>
/// <param name="IsKey">Whether it is a key.</param>
/// <param name="Names">The tasks' names; null where there are none.</param>
internal sealed record InstructionForm(int Width, bool IsKey, LabelValues? Names)
{
    private const ulong MostTasks = 1 << 16;

    /// <summary>What a column, whose type has been checked, can ask.</summary>
    /// <exception cref="InvalidOperationException">It has too many keys.</exception>
    public static InstructionForm Of(DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType { Count: > MostTasks and var count } => throw new InvalidOperationException(
            $"The instruction column '{column.Name}' has {count} keys, at most {MostTasks} tasks can be told apart; MapValueToKey numbers only those that occur."),
        KeyDataViewType key => new((int)key.Count, IsKey: true, LabelValues.Of(column)),
        var type => new(((VectorDataViewType)type).Size, IsKey: false, null),
    };

    /// <summary>A task as messages name it.</summary>
    /// <param name="task">Its number, from 0.</param>
    public string NameOf(int task) => Names is { } names && task < names.Count ? $"'{names.Names[task]}'" : FormattableString.Invariant($"{task + 1}");

    /// <summary>Refuses another column, since instruction 2 here must be instruction 2 there.</summary>
    /// <param name="column">The instruction column of other rows; its type has been checked.</param>
    /// <param name="others">Where it is, such as "the validation data".</param>
    /// <param name="these">Where this form is from, such as "the training data".</param>
    /// <exception cref="InvalidOperationException">It is of another type or width, or has other names or another order of them; the message has both.</exception>
    public void RequireSame(DataViewSchema.Column column, string others, string these)
    {
        InstructionForm other = Of(column);
        string cure = IsKey && other.IsKey ? "; map both with one MapValueToKey" : "";
        if (other.IsKey != IsKey || other.Width != Width)
            throw new InvalidOperationException($"The instruction column '{column.Name}' of {others} is {other}, that of {these} is {this}{cure}.");
        if (KnownClasses.FirstDifference(Names, other.Names, secondMayGoOn: false) is { } k)
            throw new InvalidOperationException($"Instruction {k + 1} of column '{column.Name}' is {other.NameOf(k)} in {others} and {NameOf(k)} in {these}{cure}.");
    }

    /// <summary>Such as "a key of 2 ('left', 'right')".</summary>
    public override string ToString()
    {
        const int shown = 6;
        if (!IsKey)
            return FormattableString.Invariant($"a vector of {Width}");
        string names = Names is null ? "" : $" ({string.Join(", ", Enumerable.Range(0, Math.Min(Width, shown)).Select(NameOf))}{(Width > shown ? ", ..." : "")})";
        return FormattableString.Invariant($"a key of {Width}{names}");
    }

    public static void Save(InstructionForm? form, BinaryWriter fields)
    {
        fields.Write(form?.Width ?? 0);
        if (form is null)
            return;
        fields.Write(form.IsKey);
        LabelValues.Save(form.Names, fields);
    }

    /// <summary>Null where rows are asked nothing.</summary>
    public static InstructionForm? Load(ModelReader reader)
    {
        int width = reader.ReadCount("width of the instructions", 0, int.MaxValue);
        if (width == 0)
            return null;
        bool isKey = reader.Fields.ReadBoolean();
        LabelValues? names = LabelValues.Load(reader);
        if (names is not null && (!isKey || names.Count > width))
            throw reader.Damaged($"it has {names.Count} names of instructions for {(isKey ? $"{width} keys" : "vectors")}");
        return new(width, isKey, names);
    }
}
