using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Memories;

/// <summary>Where a sampling rule takes its random numbers from: a stream, or numbers that a test has laid out.</summary>
/// <param name="uniforms">Fills with uniform numbers in [0, 1).</param>
/// <param name="normals">Fills with normal numbers.</param>
internal sealed class Chance<T>(Chance<T>.Fill uniforms, Chance<T>.Fill normals)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] _room = [];

    public delegate void Fill(Span<T> destination);

    public static Chance<T> Of(RandomStream stream) => new(d => stream.FillUniform(d, T.Zero, T.One), d => stream.FillNormal(d, T.Zero, T.One));

    /// <summary>sample = 1 where a new uniform number is below p, else 0; may be the same memory.</summary>
    public void Sample(ReadOnlySpan<T> p, Span<T> sample)
    {
        Span<T> u = Room(p.Length);
        uniforms(u);
        for (int i = 0; i < p.Length; i++)
            sample[i] = u[i] < p[i] ? T.One : T.Zero;
    }

    /// <summary>values += normal noise.</summary>
    public void AddNormal(Span<T> values)
    {
        Span<T> noise = Room(values.Length);
        normals(noise);
        System.Numerics.Tensors.TensorPrimitives.Add(values, noise, values);
    }

    private Span<T> Room(int length)
    {
        if (_room.Length < length)
            _room = new T[length];
        return _room.AsSpan(0, length);
    }
}
