using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Plasticity;

/// <summary>How well patterns were completed.</summary>
/// <param name="PatternCount">Rows that were compared.</param>
/// <param name="WrongSigns">Share of elements whose sign is wrong, 0 to 1; an output of 0 is wrong.</param>
/// <param name="CompletePatterns">Share of patterns without a wrong sign, 0 to 1.</param>
/// <param name="MeanAbsoluteError">Mean of |completed - original| over all elements.</param>
public sealed record PatternCompletionMetrics(long PatternCount, double WrongSigns, double CompletePatterns, double MeanAbsoluteError)
{
    internal static PatternCompletionMetrics Of(IDataView data, string originalColumnName, string completedColumnName)
    {
        var original = InputColumn.FloatVector("original", originalColumnName).CheckIn(data.Schema);
        var completed = InputColumn.FloatVector("completed", completedColumnName).CheckIn(data.Schema, ((VectorDataViewType)original.Type).Size);
        using var cursor = data.GetRowCursor([original, completed]);
        FeatureReader originals = new(cursor, original), completions = new(cursor, completed);
        int size = originals.Length;
        float[] a = new float[size], b = new float[size];
        long rows = 0, wrong = 0, whole = 0;
        double error = 0;
        for (; cursor.MoveNext(); rows++)
        {
            originals.CopyTo(a);
            completions.CopyTo(b);
            int wrongHere = 0;
            for (int i = 0; i < size; i++)
            {
                wrongHere += a[i] * b[i] > 0 ? 0 : 1;
                error += Math.Abs(a[i] - b[i]);
            }

            wrong += wrongHere;
            whole += wrongHere == 0 ? 1 : 0;
        }

        return rows == 0
            ? throw new InvalidOperationException("There are 0 rows to compare.")
            : new(rows, (double)wrong / (rows * size), (double)whole / rows, error / (rows * size));
    }
}
