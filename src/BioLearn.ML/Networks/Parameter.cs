using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// One tensor that learning changes: a weight matrix, a bias, or a side tensor that a rule asked for (feedback K, inverse V, ...).
/// Stored row by row.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Parameter<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _values;

    internal Parameter(string name, int layer, int rows, int columns)
    {
        Name = name;
        Layer = layer;
        Rows = rows;
        Columns = columns;
        _values = new NativeBuffer<T>(checked(rows * columns));
    }

    /// <summary>Kind of the tensor: "W", "b", or a rule's own name such as "K".</summary>
    public string Name { get; }

    /// <summary>The layer it belongs to, 1 for the first above the input.</summary>
    public int Layer { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>The numbers, [<see cref="Rows"/>, <see cref="Columns"/>], row by row.</summary>
    public Span<T> Values => _values.Span;

    /// <summary>Decay λ of the tensor: every step multiplies it by (1 − λ) before the update, whatever the learning rate.</summary>
    public double Decay { get; set; }

    /// <summary>Factor on the optimizer's learning rate for this tensor.</summary>
    public double LearningRateScale { get; set; } = 1;

    /// <summary>Key under which the tensor is saved and its random stream is named, for example "K/2".</summary>
    public string Key => $"{Name}/{Layer}";

    /// <summary>Releases the memory.</summary>
    public void Dispose() => _values.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Key} [{Rows}, {Columns}]";
}
