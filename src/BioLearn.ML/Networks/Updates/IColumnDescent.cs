using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Moves a weight matrix column by column, a column when it is met; until then the column waits.</summary>
internal interface IColumnDescent<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes the steps that some columns have missed.</summary>
    /// <param name="turned">The weights, [columns, rows].</param>
    /// <param name="columns">Which.</param>
    void CatchUp(MatrixSpan<T> turned, ReadOnlySpan<int> columns);

    /// <summary>Makes the steps that any column has missed.</summary>
    /// <param name="turned">The weights, [columns, rows].</param>
    void CatchUp(MatrixSpan<T> turned);
}
