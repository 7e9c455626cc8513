using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Reads what each row asks.</summary>
internal sealed class InstructionReader
{
    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly ValueGetter<uint>? _getKey;
    private readonly FeatureReader? _vectors;
    private uint _key;

    /// <param name="row">The row or cursor; the column must be active in it.</param>
    /// <param name="column">The instruction column; its type has been checked.</param>
    public InstructionReader(DataViewRow row, DataViewSchema.Column column)
    {
        (_row, _column, Form) = (row, column, InstructionForm.Of(column));
        if (Form.IsKey)
            _getKey = row.GetGetter<uint>(column);
        else
            _vectors = new FeatureReader(row, column);
    }

    public InstructionForm Form { get; }

    /// <summary>Number of the task that the row read last asks, from 0; of keys.</summary>
    public int Task => (int)_key - 1;

    /// <summary>Reads the current row; false if its instruction is missing: a key that is none of the known ones, a vector with NaN.</summary>
    /// <exception cref="InvalidOperationException">A vector is all zero, which opens nothing, or has another length.</exception>
    public bool TryRead()
    {
        if (_getKey is not null)
        {
            _getKey(ref _key);
            return _key > 0 && _key <= (uint)Form.Width;
        }
        ref readonly VBuffer<float> vector = ref _vectors!.Read();
        if (!FeatureReader.IsFinite(vector))
            return false;
        if (!vector.GetValues().ContainsAnyExcept(0f))
            throw new InvalidOperationException($"{Row()} has an instruction of zeros in column '{_column.Name}'; expected at least one number that is not 0, since zeros open no unit of the network.");
        return true;
    }

    /// <summary>Copies the instruction that was read last, a task as a one-hot vector.</summary>
    /// <param name="destination">As wide as the form.</param>
    public void CopyTo(Span<float> destination)
    {
        if (_vectors is not null)
        {
            _vectors.Last.CopyTo(destination);
            return;
        }
        destination.Clear();
        destination[Task] = 1;
    }

    /// <summary>What to say of a row that asks what nobody taught.</summary>
    public string Unknown() => $"{Row()} has a missing{(Form.IsKey ? " or unknown key" : " value")} in instruction column '{_column.Name}'; the model was taught {Form}.";

    private string Row() => _row.Position >= 0 ? $"Row {_row.Position}" : "The row";
}
