using System.Runtime.InteropServices;

namespace BioLearn.ML.Hosting;

/// <summary>What the rows of training data ask, in memory.</summary>
/// <param name="form">What can be asked.</param>
internal sealed class InstructionRows(InstructionForm form)
{
    private readonly List<int> _tasks = [];
    private readonly FloatRows? _vectors = form.IsKey ? null : new(form.Width, 0);

    public InstructionForm Form => form;

    /// <summary>Number of each row's task, from 0; of keys.</summary>
    public ReadOnlySpan<int> Tasks => CollectionsMarshal.AsSpan(_tasks);

    /// <summary>Each row's vector, [rows, width]; empty of keys.</summary>
    public ReadOnlyMemory<float> Vectors => _vectors?.Memory ?? default;

    public void Add(InstructionReader read)
    {
        if (_vectors is null)
            _tasks.Add(read.Task);
        else
            read.CopyTo(_vectors.Add());
    }
}
