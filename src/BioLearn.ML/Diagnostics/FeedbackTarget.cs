using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Diagnostics;

/// <summary>What a rule's feedback weights stand for, by the letter that the library's rules give them.</summary>
internal static class FeedbackTarget
{
    /// <summary>
    /// Of K, Y and B_pp the forward weights, of D the product W_L ⋯ W_{l+1}, of V and Q the transposes; null for a tensor that is no
    /// feedback of this kind, or where convolutions stand in the way.
    /// </summary>
    public static T[]? Of<T>(Network<T> network, Parameter<T> feedback)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => feedback.Name switch
        {
            "K" or "Y" or "B_pp" => Same(network, feedback),
            "D" => Product(network, feedback.Layer, feedback),
            "V" => Transposed(network.Weights(feedback.Layer).Values, feedback.Columns, feedback.Rows, feedback),
            "Q" => Product(network, feedback.Layer, null) is { } product ? Transposed<T>(product, feedback.Columns, feedback.Rows, feedback) : null,
            _ => null,
        };

    private static T[]? Same<T>(Network<T> network, Parameter<T> feedback)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T> weights = network.Weights(feedback.Layer);
        return weights.Rows == feedback.Rows && weights.Columns == feedback.Columns ? weights.Values.ToArray() : null;
    }

    /// <summary>W_L ⋯ W_{l+1}, [outputs, units of l].</summary>
    private static T[]? Product<T>(Network<T> network, int layer, Parameter<T>? shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer >= network.Depth || network.Spec.Graph.Skip(layer).Any(l => !l.IsFullyConnected || !l.IsPlain))
            return null;
        int outputs = network.Spec.Outputs;
        T[] product = network.Weights(network.Depth).Values.ToArray();
        for (int l = network.Depth - 1; l > layer; l--)
        {
            Parameter<T> weights = network.Weights(l);
            T[] next = new T[outputs * weights.Columns];
            Gemm.NN(new ReadOnlyMatrixSpan<T>(product, outputs, weights.Rows), new ReadOnlyMatrixSpan<T>(weights.Values, weights.Rows, weights.Columns), new MatrixSpan<T>(next, outputs, weights.Columns));
            product = next;
        }
        return shape is null || product.Length == shape.Values.Length ? product : null;
    }

    /// <summary>[rows, columns] to [columns, rows].</summary>
    private static T[]? Transposed<T>(ReadOnlySpan<T> matrix, int rows, int columns, Parameter<T> shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (matrix.Length != shape.Values.Length)
            return null;
        T[] result = new T[matrix.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                result[(c * rows) + r] = matrix[(r * columns) + c];
        }
        return result;
    }
}
